"""What everything is made of; imports only the standard library and numpy."""
