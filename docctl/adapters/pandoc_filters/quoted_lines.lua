-- Word knows a quotation by the style of its paragraphs, so whatever stands in one is written as paragraphs.

local marks = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "marks.lua" }))

local function line(plain) return pandoc.Para(plain.content) end

function BlockQuote(quote)
  quote.content = quote.content:walk({ Plain = line, CodeBlock = marks.line_of_code })
  return quote
end
