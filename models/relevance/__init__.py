"""How well a memory answers a question: the signals of the learned ranker, and the head that weighs them."""
