# Fills TEMPLATE in with VERSION and the revision of the sources in SOURCE; leaves OUTPUT alone, and
# with it all that is built from it, if it says that already. Changes that no revision has are told.
execute_process(COMMAND git -C ${SOURCE} describe --always --exclude=* --abbrev=12 --dirty=-changed
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision unknown)
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
