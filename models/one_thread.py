"""Products of matrices in the thread that asks for them."""

from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@cache
def compute_on_the_calling_thread() -> None:
    """Holds for numpy in this process from then on: work is spread by texts, not within one matrix product.

    The threads within a product wait for one another by spinning: where another process kept a core busy, that made a query many
    times slower, and recall twice. Switching them off and on again around every query cost as much.
    """
    ThreadpoolController().select(user_api="blas").limit(limits=1)
