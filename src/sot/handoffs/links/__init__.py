"""Links between documents, from what is certain to what is not."""
