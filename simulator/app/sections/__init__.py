"""What the pages draw, one module per section, named after its page; a page's `show` puts them in order."""
