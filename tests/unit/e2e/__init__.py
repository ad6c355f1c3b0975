"""What the script for a real account refuses, removes and shows, without one."""
