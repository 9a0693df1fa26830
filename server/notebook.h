// Turns the cells of a notebook into the text of one module, and its lines back into cells.
//
// Code cells follow each other, each beginning a line. IPython's own syntax (`%magic`, `!command`, `name?`) becomes a
// comment in place, so that columns stay. Threads: the loop's. Cost: a change joins all cells anew, microseconds for
// notebooks as people write them.
#pragma once

#include "server/documents.h"

namespace trident::server {

// Python that means nothing to the analysis where IPython's syntax stood; as many lines as before.
std::string WithoutMagic(llvm::StringRef cell);
// Makes the notebook's text and the first lines of its cells from what the cells hold.
void JoinCells(Document& notebook);
// The code cell that has the line of the joined text; nullptr: the document is no notebook or has no cell.
const Cell* CellAt(const Document& document, uint32_t line);

}  // namespace trident::server
