-- Draws inlay hints where Neovim cannot (0.7 to 0.9): at the end of the line, as "name: type".
local M = {}

local namespace = vim.api.nvim_create_namespace('trident_hints')
-- Long enough that typing a word asks once, short enough to feel immediate. A guess.
local delay_ms = 80

-- buffer -> { client, tick of the answer wanted, on }
local state = {}

-- The byte column of an LSP position in the line's text.
local function byte_column(client, line, column)
  if client.offset_encoding == 'utf-8' then
    return math.min(column, #line)
  end
  local ok, index = pcall(vim.str_byteindex, line, column, client.offset_encoding ~= 'utf-32')
  return ok and index or #line
end

local function text_of(label)
  if type(label) == 'string' then
    return label
  end
  local parts = {}
  for _, part in ipairs(label) do
    table.insert(parts, part.value)
  end
  return table.concat(parts)
end

-- Hints grouped by line, each with the name it stands after, since end of line is not beside it.
local function by_line(client, buffer, hints)
  local lines = {}
  for _, hint in ipairs(hints) do
    local row = hint.position.line
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
    if line then
      local before = line:sub(1, byte_column(client, line, hint.position.character))
      local name = before:match('[%w_%.]+$') or ''
      lines[row] = lines[row] or {}
      table.insert(lines[row], name .. text_of(hint.label))
    end
  end
  return lines
end

local function draw(client, buffer, hints)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for row, texts in pairs(by_line(client, buffer, hints)) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
      virt_text = { { table.concat(texts, '  '), 'TridentHint' } },
      virt_text_pos = 'eol',
      hl_mode = 'combine',
    })
  end
end

local function request(buffer)
  local entry = state[buffer]
  if not entry or not entry.on or not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local parameters = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = vim.api.nvim_buf_line_count(buffer), character = 0 } },
  }
  entry.client.request('textDocument/inlayHint', parameters, function(err, hints)
    -- An answer about an older text would put hints on the wrong lines; the change has asked again.
    if err or type(hints) ~= 'table' or not state[buffer] or not vim.api.nvim_buf_is_loaded(buffer) then
      return
    end
    if state[buffer].on and tick == vim.api.nvim_buf_get_changedtick(buffer) then
      draw(entry.client, buffer, hints)
    end
  end, buffer)
end

local function schedule(buffer)
  local entry = state[buffer]
  entry.serial = entry.serial + 1
  local serial = entry.serial
  vim.defer_fn(function()
    if state[buffer] == entry and entry.serial == serial then
      request(buffer)
    end
  end, delay_ms)
end

function M.attach(client, buffer)
  vim.api.nvim_set_hl(0, 'TridentHint', { link = 'Comment', default = true })
  local known = state[buffer]
  state[buffer] = { client = client, on = true, serial = 0 }
  if not known then
    vim.api.nvim_buf_attach(buffer, false, {
      on_lines = function()
        if not state[buffer] then
          return true
        end
        schedule(buffer)
      end,
      on_reload = function()
        schedule(buffer)
      end,
      on_detach = function()
        state[buffer] = nil
      end,
    })
  end
  schedule(buffer)
end

function M.refresh_all()
  for buffer in pairs(state) do
    schedule(buffer)
  end
end

function M.toggle(buffer)
  local entry = state[buffer]
  if not entry then
    return
  end
  entry.on = not entry.on
  if entry.on then
    request(buffer)
  else
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  end
end

-- The texts shown, by 0-based line: what the tests read.
function M.shown(buffer)
  local shown = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })) do
    shown[mark[2]] = mark[4].virt_text[1][1]
  end
  return shown
end

return M
