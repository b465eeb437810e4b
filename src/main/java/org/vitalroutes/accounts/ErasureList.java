package org.vitalroutes.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who was erased and which accounts were disconnected, in an append-only file that a restore of the
 * database does not touch: replayed at startup, so that neither comes back. A line holds a moment,
 * {@code erased} or {@code disconnected}, and a hash of the subject or an account id.
 */
public final class ErasureList {

  private static final String ERASED = "erased";
  private static final String DISCONNECTED = "disconnected";

  private final @Nullable Path file;

  private ErasureList(@Nullable Path file) {
    this.file = file;
  }

  /**
   * Uses a file, which is created when it is missing.
   *
   * @param path empty for no list
   * @throws UncheckedIOException when the file cannot be written
   */
  public static ErasureList of(String path) {
    ErasureList list = new ErasureList(path.isBlank() ? null : Path.of(path.strip()));
    list.append("");
    return list;
  }

  /** Records an erasure; the moment is the database's. */
  public void recordErased(String subject, Instant at) {
    append(at + " " + ERASED + " " + hash(subject) + "\n");
  }

  /** Records a disconnect; the moment is the database's. */
  public void recordDisconnected(UUID account, Instant at) {
    append(at + " " + DISCONNECTED + " " + account + "\n");
  }

  private void append(String line) {
    if (file == null) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("the erasure list cannot be written", e);
    }
  }

  /** The entries as they are now. */
  public Entries read() {
    Map<String, Instant> latest = new HashMap<>();
    if (file != null) {
      try {
        for (String line : Files.readAllLines(file, UTF_8)) {
          String[] parts = line.split(" ", 3);
          if (parts.length == 3) {
            latest.merge(
                parts[1] + " " + parts[2], Instant.parse(parts[0]), (a, b) -> a.isAfter(b) ? a : b);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the erasure list cannot be read", e);
      } catch (DateTimeParseException e) {
        throw new IllegalStateException("a line of the erasure list begins with no moment");
      }
    }
    return new Entries(latest);
  }

  /** What the list says. */
  public static final class Entries {

    private final Map<String, Instant> latest;

    private Entries(Map<String, Instant> latest) {
      this.latest = latest;
    }

    /** Whether nothing is listed. */
    public boolean isEmpty() {
      return latest.isEmpty();
    }

    /** Whether a person was erased after that moment. */
    public boolean isErased(String subject, Instant since) {
      return isAfter(latest.get(ERASED + " " + hash(subject)), since);
    }

    /** Whether an account was disconnected after that moment. */
    public boolean isDisconnected(UUID account, Instant since) {
      return isAfter(latest.get(DISCONNECTED + " " + account), since);
    }

    private static boolean isAfter(@Nullable Instant listed, Instant since) {
      return listed != null && listed.isAfter(since);
    }
  }

  private static String hash(String subject) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(("vitalroutes-erased:v1:" + subject).getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
