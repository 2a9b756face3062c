"""What is to be told to whom: a row written together with what it tells of. Delivery is the work of notices."""
