-- Word knows a quotation by the style of its paragraphs, so whatever stands in one is written as paragraphs.

local function line(plain) return pandoc.Para(plain.content) end

local function lines_of_code(block)
  local lines = pandoc.Inlines({})
  for text in (block.text .. "\n"):gmatch("(.-)\n") do
    if #lines > 0 then lines:insert(pandoc.LineBreak()) end
    lines:insert(pandoc.Code(text))
  end
  return pandoc.Para(lines)
end

function BlockQuote(quote)
  quote.content = quote.content:walk({ Plain = line, CodeBlock = lines_of_code })
  return quote
end
