//! An alert that travels the whole way.
