//! For tests only: project builder, output scrubber.
