"""What the claims of speed rest on: posting beside raw SQL, and pages of a long book beside those of a short one."""
