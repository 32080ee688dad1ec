"""A Word file fixed: fields, signs and changes as the text they show."""
