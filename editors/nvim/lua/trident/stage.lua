-- Shows a stage of a compiled Triton kernel beside its source, and marks the lines that belong together.
local M = {}
local space = vim.api.nvim_create_namespace('trident_stage')
local SYNTAX = { llir = 'llvm', ptx = 'asm', sass = 'asm', amdgcn = 'asm' }

local function warn(text)
  vim.notify('trident: ' .. text, vim.log.levels.WARN)
end

-- The launches of the kernel that the cursor is in or behind, else of the first.
local function candidates(kernels, line)
  local name = kernels[1].kernel
  for _, each in ipairs(kernels) do
    if each.line < line then
      name = each.kernel
    end
  end
  return vim.tbl_filter(function(each)
    return each.kernel == name
  end, kernels)
end

local function mark(buffer, lines)
  vim.api.nvim_buf_clear_namespace(buffer, space, 0, -1)
  for _, line in ipairs(lines) do
    if line <= vim.api.nvim_buf_line_count(buffer) then
      vim.api.nvim_buf_set_extmark(buffer, space, line - 1, 0, { line_hl_group = 'Visual', end_row = line - 1 })
    end
  end
end

local function reveal(buffer, line)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    if line and line <= vim.api.nvim_buf_line_count(buffer) then
      vim.api.nvim_win_set_cursor(window, { line, 0 })
    end
  end
end

-- While both are shown, the line under the cursor marks its lines on the other side.
local function follow(source, shown, lines)
  local of_source = {}
  for row, line in ipairs(lines) do
    if line > 0 then
      of_source[line] = of_source[line] or {}
      table.insert(of_source[line], row)
    end
  end
  local function from_source()
    local rows = of_source[vim.api.nvim_win_get_cursor(0)[1]] or {}
    mark(shown, rows)
    reveal(shown, rows[1])
  end
  local function from_stage()
    local line = lines[vim.api.nvim_win_get_cursor(0)[1]] or 0
    mark(source, line > 0 and { line } or {})
    reveal(source, line > 0 and line or nil)
  end
  local group = vim.api.nvim_create_augroup('trident_stage_' .. shown, {})
  vim.api.nvim_create_autocmd('CursorMoved', { group = group, buffer = source, callback = from_source })
  vim.api.nvim_create_autocmd('CursorMoved', { group = group, buffer = shown, callback = from_stage })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = shown,
    callback = function()
      vim.api.nvim_del_augroup_by_id(group)
      if vim.api.nvim_buf_is_valid(source) then
        vim.api.nvim_buf_clear_namespace(source, space, 0, -1)
      end
    end,
  })
  from_source()
end

local function show(source, answer)
  local window = vim.api.nvim_get_current_win()
  local title = ('%s.%s (%s%s)'):format(answer.kernel, answer.stage, answer.target, answer.when == '' and '' or ', ' .. answer.when)
  local text = vim.split(answer.text, '\n')
  local shown = require('trident.view').scratch('rightbelow vnew', title, text, SYNTAX[answer.stage])
  vim.wo.wrap = false
  if vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_set_current_win(window)
  end
  follow(source, shown, answer.lines)
end

function M.open(stage)
  local buffer = vim.api.nvim_get_current_buf()
  local client = require('trident').clients(buffer)[1]
  if not client then
    return warn('no server is attached to this buffer')
  end
  local document = { uri = vim.uri_from_bufnr(buffer) }
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local function ask(kernel)
    if not kernel then
      return
    end
    local params = { textDocument = document, kernel = kernel.kernel, when = kernel.when, target = kernel.target, stage = stage == '' and 'ttgir' or stage }
    vim.notify('trident: compiling ' .. kernel.kernel)
    client.request('trident/kernelStage', params, function(err, answer)
      if err then
        warn(err.message or tostring(err))
      else
        show(buffer, answer)
      end
    end, buffer)
  end
  client.request('trident/kernels', { textDocument = document }, function(err, answer)
    if err or not answer or answer == vim.NIL or #answer.kernels == 0 then
      return warn(err and err.message or 'no kernel whose launch says all its types')
    end
    local launches = candidates(answer.kernels, line)
    if #launches == 1 then
      return ask(launches[1])
    end
    local label = function(each)
      return each.kernel .. ' (' .. each.when .. ')'
    end
    vim.ui.select(launches, { prompt = 'Which launch?', format_item = label }, ask)
  end, buffer)
end

return M
