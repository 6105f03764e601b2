"""The screens, in the order in which a person meets them."""
