//! Decodes frames from standard input to standard output, for programs that keep decoders in C and
//! C++ out of their own process (`thecal_dicom::pixels::decode_with`).

fn main() -> std::io::Result<()> {
    thecal_dicom::pixels::serve()
}
