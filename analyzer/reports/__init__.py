"""An Analysis to what people see."""
