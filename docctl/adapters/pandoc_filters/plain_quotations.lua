-- What a quotation can hold in Word too: paragraphs, lists and code. A heading in it is a bold line, because it is no
-- section of the document; a table or a line across the page stands between two quotations; one in another is part of it.

local function bold_line(header)
  local has_code = false
  local line = header.content:walk({
    Strong = function(strong) return strong.content end,
    Code = function() has_code = true end,
  })
  return pandoc.Para(has_code and line or { pandoc.Strong(line) })
end

local function dissolved(quote) return quote.content end

local function is_code(block)
  if block.t ~= "Para" and block.t ~= "Plain" then return false end
  local lines = 0
  for _, inline in ipairs(block.content) do
    if inline.t == "Code" then lines = lines + 1 elseif inline.t ~= "LineBreak" then return false end
  end
  return lines > 0
end

local function code_block(para)
  local text = ""
  for _, inline in ipairs(para.content) do text = text .. (inline.t == "Code" and inline.text or "\n") end
  return pandoc.CodeBlock(text)
end

-- A paragraph that is all code is a block of code; an item starts with a line.
local function code_in_items(list)
  for _, item in ipairs(list.content) do
    for place = 2, #item do
      if is_code(item[place]) then item[place] = code_block(item[place]) end
    end
  end
  return list
end

local INSIDE = { Header = bold_line, BlockQuote = dissolved, BulletList = code_in_items, OrderedList = code_in_items }

local function plain_quotation(quote)
  local blocks, held = pandoc.Blocks({}), pandoc.Blocks({})
  local function close()
    if #held > 0 then blocks:insert(pandoc.BlockQuote(held)) end
    held = pandoc.Blocks({})
  end
  for _, block in ipairs(quote.content:walk(INSIDE)) do
    if block.t == "Table" or block.t == "HorizontalRule" then
      close()
      blocks:insert(block)
    else
      held:insert(is_code(block) and code_block(block) or block)
    end
  end
  close()
  return blocks
end

return { { traverse = "topdown", BlockQuote = function(quote) return plain_quotation(quote), false end } }
