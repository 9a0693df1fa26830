-- Shows the source that `trident compile` makes of the file in front.
local M = {}

function M.open(level)
  local trident = require('trident')
  local path = trident.server_path()
  if not path then
    vim.notify('trident: no server was found; :checkhealth trident says where it was looked for', vim.log.levels.WARN)
    return
  end
  if level ~= '' and not level:match('^[0-3]$') then
    vim.notify('trident: the level is 0, 1, 2 or 3', vim.log.levels.WARN)
    return
  end
  if vim.bo.modified then
    vim.notify('trident: the file is compiled as it was last saved')
  end
  local output, errors = {}, {}
  local keep = function(into)
    return function(_, lines)
      vim.list_extend(into, lines)
    end
  end
  local command = { path, 'compile', vim.api.nvim_buf_get_name(0), '-O' .. (level == '' and '2' or level) }
  vim.fn.jobstart(command, {
    stdout_buffered = true,
    stderr_buffered = true,
    on_stdout = keep(output),
    on_stderr = keep(errors),
    on_exit = function(_, code)
      if code ~= 0 then
        vim.notify('trident: ' .. vim.trim(table.concat(errors, '\n')), vim.log.levels.WARN)
        return
      end
      require('trident.view').show('compile', output, 'python')
    end,
  })
end

return M
