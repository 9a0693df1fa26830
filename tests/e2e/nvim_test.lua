-- Runs inside headless Neovim: hints appear, an edit into an error shows it, fixes and undo take it back, saving compiles.
-- Input: TRIDENT_SERVER, TRIDENT_FILE (a model and a call of it), TRIDENT_ATTENTION (one that a fusion hint is about).
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

-- The edit of the action offered on the line whose title begins so, applied.
local function act(buffer, line, kind, title)
  local client = require('trident').clients(buffer)[1]
  local position = { line = line, character = #vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1] }
  local context = { diagnostics = {}, only = { kind } }
  local range = { start = { line = line, character = 0 }, ['end'] = position }
  local actions = ask(buffer, 'textDocument/codeAction', { textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = range, context = context })
  for _, action in ipairs(actions) do
    if action.title:find(title) == 1 then
      -- An undo step of its own: without it, what one script changes is one step.
      vim.cmd('let &undolevels = &undolevels')
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      return
    end
  end
  fail('no action is called ' .. title .. ': ' .. vim.inspect(actions))
end

-- The quick fix that repairs the error makes it go, and so does the one that ignores it in its line.
local function quick_fixes(buffer)
  for _, title in ipairs({ 'Change 256 to 512', 'Ignore' }) do
    act(buffer, errors(buffer)[1].lnum, 'quickfix', title)
    within(10000, 'the error goes with: ' .. title, function()
      return #errors(buffer) == 0
    end)
    vim.cmd('undo')
    within(10000, 'undo brings the error back', function()
      return #errors(buffer) > 0
    end)
  end
end

-- Saving compiles the model, and a lens says what that came to.
local function save(buffer)
  local before = vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1]
  vim.api.nvim_buf_set_lines(buffer, 0, 1, false, { before .. '  # saved' })
  vim.cmd('silent write')
  local function compiled()
    for _, lens in ipairs(ask(buffer, 'textDocument/codeLens', { textDocument = { uri = vim.uri_from_bufnr(buffer) } })) do
      if lens.command.title:find('^compiled %-O2, .* summaries reused$') then
        log('   ' .. lens.command.title)
        return true
      end
    end
  end
  within(20000, 'saving compiles, and a lens says so', compiled)
end

-- A fusion hint's action rewrites what it is about.
local function fusion()
  vim.cmd('edit ' .. vim.env.TRIDENT_ATTENTION)
  local buffer = vim.api.nvim_get_current_buf()
  local function hint()
    return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.HINT })[1]
  end
  within(20000, 'the hint appears', hint)
  log('   ' .. hint().message)
  act(buffer, hint().lnum, 'refactor.rewrite', 'Rewrite with')
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  if not text:find('out = F.scaled_dot_product_attention(q, k, v', 1, true) or text:find('softmax', 1, true) then
    fail('the rewrite came to ' .. text)
  end
  within(10000, 'the rewrite takes the hint with it', function()
    return not hint() and #hints(buffer) >= 3
  end)
  vim.cmd('silent write | edit ' .. vim.env.TRIDENT_FILE)
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

-- A stage of a kernel stands beside the source, and the cursor on either side marks the other.
local function stage(buffer)
  local source = vim.api.nvim_get_current_win()
  vim.api.nvim_win_set_cursor(source, { 5, 0 })
  vim.cmd('TridentStage ptx')
  local function window()
    for _, each in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(each), 1, 2, false)[1] == 'mov.u32' then
        return each
      end
    end
  end
  within(10000, 'the stage opens beside the source', window)
  local space = vim.api.nvim_get_namespaces().trident_stage
  local function marked(of)
    local found = vim.api.nvim_buf_get_extmarks(of, space, 0, -1, {})
    return #found == 1 and found[1][2]
  end
  if vim.api.nvim_get_current_win() ~= source or marked(vim.api.nvim_win_get_buf(window())) ~= 1 or vim.api.nvim_win_get_cursor(window())[1] ~= 2 then
    fail('the line of the source marks nothing in the stage')
  end
  vim.api.nvim_set_current_win(window())
  vim.api.nvim_win_set_cursor(0, { 3, 0 })
  vim.cmd('doautocmd CursorMoved')
  if marked(buffer) ~= 5 or vim.api.nvim_win_get_cursor(source)[1] ~= 6 then
    fail('the line of the stage marks nothing in the source')
  end
  vim.cmd('close')
  if marked(buffer) then
    fail('marks stay when the stage is closed')
  end
  log('ok: both sides are marked')
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
    quick_fixes(buffer)
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
  if is_fake then
    stage(buffer)
  else
    navigation(buffer)
    fusion()
    save(buffer)
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
