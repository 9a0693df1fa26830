-- Shows the answer of one of the server's own requests (docs/guide/protocol.md) in a scratch window.
local M = {}

local function number(value)
  if type(value) ~= 'number' then
    return '?'
  end
  local text = ('%.0f'):format(value)
  return (text:reverse():gsub('(%d%d%d)', '%1,'):reverse():gsub('^,', ''))
end

-- The stages that did anything, as a table with a bar for the share of time.
local function stage_lines(profile)
  local longest = 0
  for _, stage in ipairs(profile.stages) do
    longest = math.max(longest, stage.wallSeconds)
  end
  local lines = { ('%-10s %10s %10s %12s %10s %10s'):format('stage', 'wall ms', 'cpu ms', 'allocated', 'items', 'reused') }
  for _, stage in ipairs(profile.stages) do
    if stage.calls > 0 or stage.items > 0 then
      local row = ('%-10s %10.3f %10.3f %12s %10s %10s'):format(
        stage.stage,
        stage.wallSeconds * 1e3,
        stage.cpuSeconds * 1e3,
        number(stage.allocatedBytes),
        number(stage.items),
        number(stage.hits)
      )
      local share = longest > 0 and stage.wallSeconds / longest or 0
      table.insert(lines, row .. '  ' .. ('█'):rep(math.ceil(share * 20)))
    end
  end
  table.insert(lines, ('last analysis %.3f ms'):format(profile.wallSeconds * 1e3))
  return lines
end

local function model_lines(models)
  local lines = { ('%-24s %16s %20s'):format('model', 'parameters', 'FLOP') }
  for _, model in ipairs(models) do
    local flops = type(model.flops) == 'number' and (model.flopsAtMost and '≤ ' or '') .. number(model.flops) or model.flopsText
    table.insert(lines, ('%-24s %16s %20s'):format(model.name, number(model.parameters), flops))
  end
  return #models > 0 and lines or { 'no model is called in this file' }
end

local function compact(value)
  if type(value) ~= 'number' then
    return '?'
  end
  for _, unit in ipairs({ { 1e12, 'T' }, { 1e9, 'G' }, { 1e6, 'M' }, { 1e3, 'k' } }) do
    if value >= unit[1] then
      return ('%.3g%s'):format(value / unit[1], unit[2])
    end
  end
  return ('%d'):format(value)
end

-- One line a module, indented by its depth: name, class, output, parameters, FLOPs.
local function tree_lines(nodes, depth, lines)
  for _, node in ipairs(nodes) do
    local name = ('  '):rep(depth) .. node.name
    table.insert(lines, ('%-28s %-20s %-32s %8s %8s'):format(name, node.class, node.output, compact(node.parameters), compact(node.flops)))
    tree_lines(node.children, depth + 1, lines)
  end
  return lines
end

local function lines_of(answer, method)
  if method == 'trident/model' then
    local head = ('%-28s %-20s %-32s %8s %8s'):format('module', 'class', 'output', 'params', 'FLOP')
    return #answer.models > 0 and tree_lines(answer.models, 0, { head }) or { 'no model is called in this file' }
  end
  if answer.graph then
    return vim.split(answer.graph, '\n')
  end
  local lines = {}
  if answer.stages then
    vim.list_extend(lines, stage_lines(answer))
    table.insert(lines, '')
  end
  return vim.list_extend(lines, model_lines(answer.models))
end

-- A buffer of these lines that is no file, in the window that the command `open` makes.
function M.scratch(open, title, lines, filetype)
  vim.cmd(open)
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].swapfile = false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  if filetype then
    -- Highlighting only: a filetype would start language servers on text that is no file.
    vim.bo[buffer].syntax = filetype
  end
  pcall(vim.api.nvim_buf_set_name, buffer, 'trident://' .. title)
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, silent = true })
  return buffer
end

function M.show(title, lines, filetype)
  M.scratch('botright new', title, lines, filetype)
  vim.api.nvim_win_set_height(0, math.max(3, math.min(#lines, 20)))
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
      M.show(method:match('[^/]+$'), lines_of(result, method))
    end
  end, buffer)
end

return M
