# cmake -DOUT=x.cc -DHEADER=api/embedded.h -DDIR=folder "-DFILES=a;b"
#   -P EmbedFiles.cmake
# Writes the files' bytes as one table, EmbeddedFile() of the header.
set(body "#include \"${HEADER}\"\n\nnamespace prewarm {\nnamespace {\n\n")
set(table "")
set(number 0)
foreach(file ${FILES})
  file(READ ${DIR}/${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  # One line of source for each line of the file.
  string(REPLACE "0x0a," "0x0a,\n" bytes "${bytes}")
  string(APPEND body "constexpr unsigned char kFile${number}[] = {${bytes}};\n")
  string(APPEND table "  if (name == \"${file}\") return {reinterpret_cast<const char*>(kFile${number}), sizeof kFile${number}};\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND body "\n}  // namespace\n\nstd::string_view EmbeddedFile(std::string_view name) {\n${table}  return {};\n}\n\n}  // namespace prewarm\n")
file(WRITE ${OUT} "${body}")
