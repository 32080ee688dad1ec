-- Puts the pictures that lie beside the text under assets/ into the file being written.

-- What a line of the templates holds; a share of it is said in inches, because Word knows no other lengths.
local LINE_INCHES = 6.3

local function known(name)
  return name:match("^assets/[%w._-]+$") and not name:find("..", 1, true)
end

function Image(image)
  local file = known(image.src) and io.open(image.src, "rb")
  if not file then
    local alt = #image.caption > 0 and image.caption or { pandoc.Str(image.src) }
    return pandoc.Inlines({ pandoc.Str("[") }) .. alt .. pandoc.Inlines({ pandoc.Str("]") })
  end
  local content = file:read("a")
  file:close()
  for _, side in ipairs({ "width", "height" }) do
    local share = (image.attributes[side] or ""):match("^([%d.]+)%%$")
    if share then image.attributes[side] = string.format("%.2fin", tonumber(share) / 100 * LINE_INCHES) end
  end
  pandoc.mediabag.insert(image.src, nil, content)
  return image
end
