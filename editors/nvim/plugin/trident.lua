-- Commands exist before setup() so that a lazy plugin manager can load on them.
if vim.g.loaded_trident then
  return
end
vim.g.loaded_trident = true

local function command(name, description, run)
  vim.api.nvim_create_user_command(name, run, { desc = description, nargs = '?' })
end

command('TridentInfo', 'Trident: server, version, attached buffers', function()
  require('trident').info()
end)
command('TridentRestart', 'Trident: stop the server and start it again', function()
  require('trident').restart()
end)
command('TridentHints', 'Trident: switch inlay hints on or off in this buffer', function()
  require('trident').toggle_hints()
end)
command('TridentProfile', 'Trident: what each stage of the last analysis cost', function()
  require('trident.view').open('trident/profile')
end)
command('TridentGraph', 'Trident: the tensor graph of this file', function()
  require('trident.view').open('trident/graph')
end)
command('TridentModel', 'Trident: the modules of the models in this file, as a tree', function()
  require('trident.view').open('trident/model')
end)
command('TridentCompile', 'Trident: optimised source of a model in this file; the argument is a level, 0 to 3', function(options)
  require('trident.compile').open(options.args)
end)
command('TridentStage', 'Trident: a stage of a compiled kernel beside its source; the argument is ttir, ttgir, llir, ptx or sass', function(options)
  require('trident.stage').open(options.args)
end)
command('TridentCost', 'Trident: parameters and FLOPs of the models in this file', function()
  require('trident.view').open('trident/cost')
end)
