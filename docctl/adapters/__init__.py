"""The tools outside, each library imported in one file; an adapter knows the domain and no other adapter."""
