//! Money Found. Pure: snapshots and agreements in, findings out.
