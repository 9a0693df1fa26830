-- Shows the answer of one of the server's own requests (docs/guide/protocol.md) in a scratch window.
local M = {}

-- A value as indented lines: tables with "text" or "markdown" speak for themselves.
local function lines_of(value)
  if type(value) == 'string' then
    return vim.split(value, '\n')
  end
  if type(value) == 'table' then
    local text = value.markdown or value.text
    if type(text) == 'string' then
      return vim.split(text, '\n')
    end
  end
  return vim.split(vim.inspect(value), '\n')
end

local function show(title, lines)
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].filetype = 'markdown'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  pcall(vim.api.nvim_buf_set_name, buffer, 'trident://' .. title)
  vim.api.nvim_win_set_height(0, math.max(3, math.min(#lines, 20)))
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, silent = true })
end

function M.open(method)
  local buffer = vim.api.nvim_get_current_buf()
  local client = require('trident').clients(buffer)[1]
  if not client then
    vim.notify('trident: no server is attached to this buffer', vim.log.levels.WARN)
    return
  end
  local parameters = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
  client.request(method, parameters, function(err, result)
    if err then
      vim.notify('trident: ' .. (err.message or tostring(err)), vim.log.levels.WARN)
    elseif result == nil or result == vim.NIL then
      vim.notify('trident: nothing to show for this file')
    else
      show(method:match('[^/]+$'), lines_of(result))
    end
  end, buffer)
end

return M
