-- Runs inside headless Neovim: hints appear, an edit into an error shows it, an undo takes it back.
-- Input: TRIDENT_SERVER, TRIDENT_FILE (a model and a call of it).
local function log(text)
  io.stdout:write(text .. '\n')
end

local function fail(text)
  log('not ok: ' .. text)
  for _, client in ipairs(require('trident').clients()) do
    log('client ' .. client.id .. ' ' .. vim.inspect(client.server_capabilities or client.resolved_capabilities, { depth = 1 }))
  end
  vim.cmd('cquit 1')
end

local function within(ms, what, condition)
  local start = vim.loop.hrtime()
  if not vim.wait(ms, condition, 5) then
    fail(what .. (': not within %d ms'):format(ms))
  end
  log(('ok: %s (%.0f ms)'):format(what, (vim.loop.hrtime() - start) / 1e6))
end

-- The hints on screen, as a count and one text: Neovim's own from 0.10 on, the plugin's before.
local function hints(buffer)
  local trident = require('trident')
  local texts = {}
  if trident.native_hints then
    for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = buffer })) do
      local label = hint.inlay_hint.label
      table.insert(texts, type(label) == 'string' and label or label[1].value)
    end
  else
    for _, text in pairs(require('trident.hints').shown(buffer)) do
      table.insert(texts, text)
    end
  end
  return texts
end

local function errors(buffer)
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end

-- The answer of the server to one request, waited for.
local function ask(buffer, method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 10000) or {}
  for _, answer in pairs(answers) do
    if answer.result then
      return answer.result
    end
  end
  fail('no answer to ' .. method .. ': ' .. vim.inspect(answers))
end

-- The quick fix that ignores the error in its line makes it go; an undo brings it back.
local function quick_fix(buffer)
  local client = require('trident').clients(buffer)[1]
  local at = errors(buffer)[1]
  local position = { line = at.lnum, character = at.col }
  local document = { uri = vim.uri_from_bufnr(buffer) }
  local context = { diagnostics = {}, only = { 'quickfix' } }
  local actions = ask(buffer, 'textDocument/codeAction', { textDocument = document, range = { start = position, ['end'] = position }, context = context })
  local ignore
  for _, action in ipairs(actions) do
    ignore = action.title:find('^Ignore') and action or ignore
  end
  if not ignore then
    fail('no quick fix ignores the error: ' .. vim.inspect(actions))
  end
  -- An undo step of its own: without it, what one script changes is one step.
  vim.cmd('let &undolevels = &undolevels')
  vim.lsp.util.apply_workspace_edit(ignore.edit, client.offset_encoding)
  within(10000, 'the quick fix makes the error go', function()
    return #errors(buffer) == 0
  end)
  vim.cmd('undo')
  within(10000, 'undo brings the error back', function()
    return #errors(buffer) > 0
  end)
end

-- `self.conv1` in forward is defined where the layer is made; a hover says where sizes come from.
local function navigation(buffer)
  local row = vim.fn.search([[x = self\.conv1(x)]])
  local line = vim.api.nvim_buf_get_lines(buffer, row - 1, row, false)[1]
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = row - 1, character = line:find('conv1') } }
  local found = ask(buffer, 'textDocument/definition', params)
  local target = vim.api.nvim_buf_get_lines(buffer, found[1].range.start.line, found[1].range.start.line + 1, false)[1]
  if not target:find('self.conv1 = nn.Conv2d', 1, true) then
    fail('the definition of self.conv1 is ' .. target)
  end
  local hover = ask(buffer, 'textDocument/hover', params)
  if not (hover.contents.value:find('f32[', 1, true) and hover.contents.value:find('from `nn.Conv2d', 1, true)) then
    fail('the hover says ' .. hover.contents.value)
  end
  log('ok: definition and hover')
end

local function main()
  local server = vim.env.TRIDENT_SERVER
  require('trident').setup({ path = server })
  vim.cmd('edit ' .. vim.env.TRIDENT_FILE)
  local buffer = vim.api.nvim_get_current_buf()
  -- A second buffer of the same root shares the server.
  vim.cmd('split other.py')
  vim.cmd('wincmd p')
  within(10000, 'the server attaches', function()
    return #require('trident').clients(buffer) == 1
  end)
  within(20000, 'hints appear', function()
    return #hints(buffer) >= 3
  end)
  local shown = table.concat(hints(buffer), ' ')
  log('   ' .. #hints(buffer) .. ' hints, such as ' .. hints(buffer)[1])
  if not shown:find('f32%[') then
    fail('no hint names a type: ' .. shown)
  end
  if #errors(buffer) ~= 0 then
    fail('an error in an unchanged file: ' .. vim.inspect(errors(buffer)))
  end

  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  local row = vim.fn.search([[self\.fc = nn\.Linear(512]])
  if row == 0 then
    fail('the model has no classifier to break')
  end
  vim.cmd([[keepjumps s/Linear(512/Linear(256/]])
  within(10000, 'the error appears', function()
    return #errors(buffer) > 0
  end)
  log('   ' .. errors(buffer)[1].message)
  if not (errors(buffer)[1].message:find('256') and errors(buffer)[1].message:find('512')) then
    fail('the message does not name both sizes')
  end
  local is_fake = server:find('fake_server', 1, true)
  if not is_fake then
    quick_fix(buffer)
  end
  vim.cmd('undo')
  within(10000, 'undo takes the error back', function()
    return #errors(buffer) == 0
  end)
  within(10000, 'hints are back', function()
    return #hints(buffer) >= 3
  end)

  if #require('trident').clients() ~= 1 then
    fail('each buffer started a server of its own')
  end
  if not is_fake then
    navigation(buffer)
  end
  vim.cmd('TridentProfile')
  local function shown(text)
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find(text, 1, true)
  end
  within(10000, 'the profile opens', function()
    -- The text is again the one on disk: its report was kept.
    return shown('wall ms') and (shown('cache') or shown('eval'))
  end)
  vim.cmd('close')

  vim.cmd('TridentModel')
  within(10000, 'the model opens as a tree', function()
    return shown('ResNet') and shown('  layer1') and shown('11.7M')
  end)
  vim.cmd('close')

  vim.cmd('TridentHints')
  if #hints(buffer) ~= 0 and not require('trident').native_hints then
    fail('TridentHints does not switch hints off')
  end
  vim.cmd('TridentHints')
  vim.cmd('TridentInfo')
  vim.cmd('TridentRestart')
  within(10000, 'the server restarts', function()
    return #require('trident').clients(buffer) == 1
  end)
  vim.cmd('checkhealth trident')
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  if not health:find('trident %d') then
    fail('checkhealth does not name the version:\n' .. health)
  end
  log('ok: checkhealth')
  vim.cmd('qall!')
end

local fine, problem = xpcall(main, debug.traceback)
if not fine then
  fail(problem)
end
