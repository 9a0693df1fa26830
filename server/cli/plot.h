// Turns measurements into SVG: a flame chart, a curve over time, a roofline.
//
// Every plot is one <svg> with a viewBox, text in the page's font and a <title> on what can be pointed at. Threads: pure.
#pragma once

#include "core/ide/model_profile.h"
#include "core/profile/calls.h"

#include <string>
#include <vector>

namespace trident::cli {

std::string FlameChart(const profile::Calls& calls);

struct CurvePoint {
  double x = 0, y = 0;
};

// An area under steps from point to point; the highest is marked with `peak_text`.
std::string Curve(const std::vector<CurvePoint>& points, const std::string& x_text, const std::string& peak_text);

// Kernels of a model under the device's roof: FLOPs a byte against FLOPs a second, both logarithmic; the larger the dot,
// the more of the time it takes.
std::string Roofline(const ide::ModelProfile& model);

// "1.50 GB", "12.0 MFLOP".
std::string WithPrefix(double value, const char* unit);

}  // namespace trident::cli
