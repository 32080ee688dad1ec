-- For Typst: every sign is printed as it was typed, wherever it stands, because after `]` or `)` Typst reads a dot, a
-- bracket or a semicolon as code, at the start of a line `-`, `=` or `7.` as a list or heading, and `...` as one sign.

local function quoted(text)
  local signs = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
  return '"' .. text:gsub('[\\"\n\r\t]', signs) .. '"'
end

function Str(str)
  return pandoc.RawInline("typst", (str.text:gsub("%p", "\\%0")))
end

function Code(code)
  return pandoc.RawInline("typst", "#raw(" .. quoted(code.text) .. ");")
end

function CodeBlock(block)
  return pandoc.RawBlock("typst", "#raw(block: true, " .. quoted(block.text) .. ");")
end

-- A heading is one line of Typst: what stands on a line of its own would not belong to it.
function Header(header)
  return header:walk({
    LineBreak = function() return pandoc.RawInline("typst", " #linebreak();") end,
    Note = function(note)
      local paragraphs = pandoc.utils.blocks_to_inlines(note.content, { pandoc.RawInline("typst", "#parbreak();") })
      return pandoc.Note({ pandoc.Plain(paragraphs) })
    end,
  })
end
