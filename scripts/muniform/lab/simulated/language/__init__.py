"""What the command languages of simulated platforms share: tables of commands, trees of lines."""
