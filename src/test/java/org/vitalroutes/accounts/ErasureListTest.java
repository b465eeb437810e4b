package org.vitalroutes.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureListTest {

  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant THEN = Instant.parse("2026-02-01T00:00:00Z");
  private static final UUID ACCOUNT = new UUID(1, 2);

  @TempDir Path folder;

  @Test
  void what_was_recorded_is_read_by_another_process_and_holds_no_name() throws IOException {
    Path file = folder.resolve("erasures");
    ErasureList.of(file.toString()).recordErased("anna@example.org", THEN);
    ErasureList.of(file.toString()).recordDisconnected(ACCOUNT, THEN);

    ErasureList.Entries entries = ErasureList.of(file.toString()).read();

    assertThat(entries.isErased("anna@example.org", BEFORE)).isTrue();
    assertThat(entries.isErased("bert@example.org", BEFORE)).isFalse();
    assertThat(entries.isDisconnected(ACCOUNT, BEFORE)).isTrue();
    assertThat(Files.readString(file)).doesNotContain("anna").hasLineCount(2);
  }

  @Test
  void somebody_who_connected_again_afterwards_is_not_meant() {
    ErasureList list = ErasureList.of(folder.resolve("erasures").toString());
    list.recordErased("anna", THEN);
    list.recordDisconnected(ACCOUNT, THEN);

    assertThat(list.read().isErased("anna", THEN)).isFalse();
    assertThat(list.read().isDisconnected(ACCOUNT, THEN.plusSeconds(1))).isFalse();
  }

  @Test
  void without_a_file_nothing_is_recorded() {
    ErasureList list = ErasureList.of("");
    list.recordErased("anna", THEN);

    assertThat(list.read().isEmpty()).isTrue();
  }

  @Test
  void a_file_that_cannot_be_written_is_said_at_startup() {
    assertThatThrownBy(() -> ErasureList.of(folder.resolve("missing/erasures").toString()))
        .isInstanceOf(UncheckedIOException.class);
  }
}
