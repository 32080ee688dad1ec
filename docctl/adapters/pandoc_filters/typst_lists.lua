-- For Typst: a numbered list right behind another stands in a block of its own, because Typst counts on through both.

local function says_nothing(block)
  return block.t == "RawBlock" and block.format == "html"
end

function Blocks(blocks)
  local before
  for place, block in ipairs(blocks) do
    if block.t == "OrderedList" and before == "OrderedList" then blocks[place] = pandoc.Div({ block }) end
    if not says_nothing(block) then before = block.t end
  end
  return blocks
end
