"""The review in the browser: a local page over one `Session` per reviewer."""
