-- Starts `trident server` for Python buffers and shows what it says.
-- Neovim 0.10 and newer do everything themselves; 0.7 to 0.9 have no inlay hints, so trident.hints draws them.
local M = {}

M.config = {
  -- The server: a path, or nil to look in PATH and in this checkout's build folder.
  path = nil,
  -- More arguments after `trident server`.
  arguments = {},
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'trident.toml', 'setup.py', 'setup.cfg', '.git' },
  -- Sent as the server's configuration; see docs/guide/editors.md.
  settings = {},
  inlay_hints = true,
  code_lens = true,
  on_attach = nil,
}

M.native_hints = vim.fn.has('nvim-0.10') == 1

function M.server_path()
  if M.config.path then
    return vim.fn.expand(M.config.path)
  end
  if vim.fn.executable('trident') == 1 then
    return vim.fn.exepath('trident')
  end
  local here = debug.getinfo(1, 'S').source:sub(2)
  local built = vim.fn.fnamemodify(here, ':p:h:h:h:h:h') .. '/build/trident'
  return vim.fn.executable(built) == 1 and built or nil
end

local function root_of(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local at = folder
  while true do
    for _, marker in ipairs(M.config.root_markers) do
      if vim.fn.filereadable(at .. '/' .. marker) == 1 or vim.fn.isdirectory(at .. '/' .. marker) == 1 then
        return at
      end
    end
    local parent = vim.fn.fnamemodify(at, ':h')
    if parent == at then
      return folder
    end
    at = parent
  end
end

function M.clients(buffer)
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  local found = {}
  for _, client in pairs(get()) do
    if client.name == 'trident' and (not buffer or vim.lsp.buf_is_attached(buffer, client.id)) then
      table.insert(found, client)
    end
  end
  return found
end

local function capabilities()
  local all = vim.lsp.protocol.make_client_capabilities()
  all.textDocument.inlayHint = all.textDocument.inlayHint or { dynamicRegistration = false }
  all.workspace = all.workspace or {}
  all.workspace.inlayHint = all.workspace.inlayHint or { refreshSupport = true }
  return all
end

local function refresh_lenses(buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.codelens.refresh({ bufnr = buffer })
  else
    vim.lsp.codelens.refresh()
  end
end

local function attached(client, buffer)
  if M.config.inlay_hints then
    if M.native_hints then
      vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
    else
      require('trident.hints').attach(client, buffer)
    end
  end
  local provided = client.server_capabilities or client.resolved_capabilities or {}
  if M.config.code_lens and provided.codeLensProvider then
    local group = vim.api.nvim_create_augroup('trident_lens_' .. buffer, { clear = true })
    vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'BufWritePost' }, {
      group = group,
      buffer = buffer,
      callback = function()
        refresh_lenses(buffer)
      end,
    })
    refresh_lenses(buffer)
  end
  if M.config.on_attach then
    M.config.on_attach(client, buffer)
  end
end

-- root -> client id, where vim.lsp.start (0.8) does not keep one client for each root.
local started = {}

local function start(options, buffer)
  if vim.lsp.start then
    return vim.lsp.start(options, { bufnr = buffer })
  end
  local id = started[options.root_dir]
  -- A client that is still starting is known by its id only.
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(options)
    started[options.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
  return id
end

function M.attach(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  if vim.bo[buffer].buftype ~= '' or vim.api.nvim_buf_get_name(buffer) == '' then
    return nil
  end
  local path = M.server_path()
  if not path then
    vim.notify_once('trident: no server found; set `path` in setup() or put `trident` in PATH', vim.log.levels.WARN)
    return nil
  end
  local root = root_of(buffer)
  local handlers = {}
  if not M.native_hints then
    handlers['workspace/inlayHint/refresh'] = function()
      require('trident.hints').refresh_all()
      return vim.NIL
    end
  end
  return start({
    name = 'trident',
    cmd = vim.list_extend({ path, 'server' }, M.config.arguments),
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
    capabilities = capabilities(),
    init_options = M.config.settings,
    settings = { trident = M.config.settings },
    -- Neovim gathers changes for 150 ms by default, long beside an analysis of a few; one redraw is enough.
    flags = { debounce_text_changes = 20 },
    handlers = handlers,
    on_attach = attached,
  }, buffer)
end

function M.info()
  local path = M.server_path()
  local lines = { 'server: ' .. (path or 'not found') }
  if path then
    local version = vim.split(vim.trim(vim.fn.system({ path, '--version' })), '\n')
    table.insert(lines, 'version: ' .. version[1])
  end
  for _, client in ipairs(M.clients()) do
    table.insert(lines, ('client %d: %s'):format(client.id, client.config.root_dir or 'no root'))
  end
  vim.notify(table.concat(lines, '\n'))
end

function M.toggle_hints()
  local buffer = vim.api.nvim_get_current_buf()
  if M.native_hints then
    vim.lsp.inlay_hint.enable(not vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }), { bufnr = buffer })
  else
    require('trident.hints').toggle(buffer)
  end
end

function M.restart()
  local buffers = {}
  for _, client in ipairs(M.clients()) do
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.lsp.buf_is_attached(buffer, client.id) then
        table.insert(buffers, buffer)
        -- A request that is sent after `shutdown` is answered with an error: send none.
        vim.lsp.buf_detach_client(buffer, client.id)
      end
    end
    vim.lsp.stop_client(client.id)
  end
  vim.wait(2000, function()
    return #M.clients() == 0
  end)
  for _, buffer in ipairs(buffers) do
    M.attach(buffer)
  end
end

function M.setup(options)
  M.config = vim.tbl_deep_extend('force', M.config, options or {})
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('trident', { clear = true }),
    pattern = M.config.filetypes,
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  -- A buffer opened before setup() has had its FileType already.
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(M.config.filetypes, vim.bo[buffer].filetype) then
      M.attach(buffer)
    end
  end
end

return M
