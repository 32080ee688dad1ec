"""docctl keeps an organisation's management-system documents under control.

People read exactly what was approved, and nobody can change what happened without it showing.
"""
