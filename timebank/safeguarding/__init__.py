"""The gate: whom a viewer may see and meet. It holds nothing yet; everything that shows people already asks it."""
