"""Where a listener's state is kept between turns: the protocol of a store, and the stores.

Rule: a store keeps JSON objects under a key. It does not know what they mean.
"""
