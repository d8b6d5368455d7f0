"""Newsieve's library: labels the text blocks of scraped pages as news, filler or boilerplate.

It knows neither Flask nor a terminal. Values are in :mod:`classifier.blocks`; a page is split by
:mod:`classifier.pages`, judged by :mod:`classifier.model`, and a model is fitted by :mod:`classifier.training`.
"""
