"""How important a memory is: the signals of its words, and the head that weighs them."""
