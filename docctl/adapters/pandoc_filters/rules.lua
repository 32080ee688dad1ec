-- To Markdown: a rule that begins an item of a list stands beside the mark of the item, because pandoc leaves a line free
-- there, and what comes behind a free line is no part of the item any more.

local function with_rule(list)
  local is_changed = false
  for _, item in ipairs(list.content) do
    if item[1] and item[1].t == "HorizontalRule" then
      item[1] = pandoc.RawBlock("markdown", "***")
      is_changed = true
    end
  end
  return is_changed and list or nil
end

BulletList = with_rule
OrderedList = with_rule
