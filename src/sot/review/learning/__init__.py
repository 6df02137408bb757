"""What answered cases teach."""
