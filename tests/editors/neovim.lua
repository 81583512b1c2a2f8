-- Neovim as a client: `nvim --headless -u NONE -l tests/editors/neovim.lua README FILE`, in a workspace.
-- Runs the lines of editors/README.md, then asks the server what an author would.
local readme, file = arg[1], arg[2]

local function fail(words)
  io.stderr:write("FAILED: " .. words .. "\n")
  os.exit(1)
end

local text = table.concat(vim.fn.readfile(readme), "\n")
local lines = text:match("## Neovim.-```lua\n(.-)\n```")
if not lines then fail("the README has no lines for Neovim") end
vim.cmd("filetype plugin on")
assert(load(lines))()
vim.cmd.edit(file)

local function wait(words, look)
  local found
  if not vim.wait(20000, function()
    found = look()
    return found
  end, 20) then
    fail(words)
  end
  return found
end

local client = wait("no server was started", function() return vim.lsp.get_clients({ name = "meniscus" })[1] end)
wait("the server isn't ready", function() return client.initialized end)

-- A mistake that is typed is found, with the place of the recording.
local row
for at, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  if line:find("available_points", 1, true) then row = at - 1 end
end
local line = vim.api.nvim_buf_get_lines(0, row, row + 1, false)[1]
local column = line:find("available_points", 1, true) - 1
vim.api.nvim_buf_set_text(0, row, column, row, column + #"available", { "availble" })
local diagnostic = wait("no diagnostic", function()
  for _, one in ipairs(vim.diagnostic.get(0)) do
    if one.code == "unknown-field" then return one end
  end
end)
if diagnostic.lnum ~= row or diagnostic.col ~= column then fail("the diagnostic is elsewhere") end

local function ask(method, more)
  local params = vim.tbl_extend("force", {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = row, character = column + 3 },
  }, more or {})
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  local answer = answers and answers[client.id]
  if not answer or answer.err then fail(method .. ": " .. vim.inspect(answer)) end
  return answer.result
end

-- The quick fix, applied as Neovim applies it, takes the mistake away.
local here = { line = row, character = column + 3 }
local actions = ask("textDocument/codeAction", {
  range = { start = here, ["end"] = here }, context = { diagnostics = {} },
})
local fix = actions[1]
if not fix or not fix.title:find("Replace", 1, true) then fail("no quick fix: " .. vim.inspect(actions)) end
vim.lsp.util.apply_workspace_edit(fix.edit, client.offset_encoding)
wait("the mistake is still found", function()
  for _, one in ipairs(vim.diagnostic.get(0)) do
    if one.code == "unknown-field" then return false end
  end
  return true
end)

local hover = ask("textDocument/hover")
if not hover.contents.value:find("| anna |", 1, true) then fail("hover: " .. vim.inspect(hover)) end
local places = ask("textDocument/definition")
if not places[1].uri:find("recordings/", 1, true) then fail("definition: " .. vim.inspect(places)) end
local items = ask("textDocument/completion").items
local names = vim.tbl_map(function(item) return item.label end, items)
if not vim.tbl_contains(names, "available_points") then fail("completion: " .. vim.inspect(names)) end

-- What each output prints stands behind it.
wait("no inlay hint", function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end)

client:stop()
wait("the server doesn't end", function() return client:is_stopped() end)
print("Neovim " .. tostring(vim.version()):gsub("%+.*", "") .. ": diagnostics, fix, hover, definition, completion, inlay hints")
vim.cmd("qa!")
