"""What a turn needs to be answered: the signals of the router, and the head that weighs them."""
