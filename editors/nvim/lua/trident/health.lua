-- :checkhealth trident
local M = {}

-- The reporting functions were renamed in 0.10.
local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error

function M.check()
  local trident = require('trident')
  start('trident')
  if vim.fn.has('nvim-0.10') == 1 then
    ok('Neovim draws inlay hints itself')
  elseif vim.fn.has('nvim-0.7') == 1 then
    ok('Neovim before 0.10: hints are drawn at the end of the line')
  else
    fail('Neovim 0.7 or newer is needed')
    return
  end
  local path = trident.server_path()
  if not path then
    fail('no server: put `trident` in PATH, build it in this checkout, or set `path` in setup()')
    return
  end
  if vim.fn.executable(path) ~= 1 then
    fail(path .. ' cannot be executed')
    return
  end
  local version = vim.trim(vim.fn.system({ path, '--version' }))
  if vim.v.shell_error == 0 then
    ok(path .. ': ' .. version)
  else
    fail(path .. ' --version failed: ' .. version)
  end
  local clients = trident.clients()
  if #clients == 0 then
    warn('no server is running: open a Python file after require("trident").setup{}')
  end
  for _, client in ipairs(clients) do
    ok(('server %d runs in %s'):format(client.id, client.config.root_dir or 'no folder'))
  end
end

return M
