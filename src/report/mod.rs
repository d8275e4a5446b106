//! What leaves the program for people and their tools: tables, exports, the digest, the QBR section. Pure: data in,
//! text out.
