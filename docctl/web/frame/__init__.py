"""What all pages share: answers, errors, forms, layout and formats."""
