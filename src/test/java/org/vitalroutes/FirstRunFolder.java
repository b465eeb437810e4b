package org.vitalroutes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.vitalroutes.FirstRunPlan.RefusedException;

/** Everything that a first run with the real Withings stores on this machine. */
final class FirstRunFolder {

  private final Path folder;

  private FirstRunFolder(Path folder) {
    this.folder = folder;
  }

  /** Opens what an earlier run with the same plan has stored, or begins. */
  static FirstRunFolder open(Path folder, FirstRunPlan plan) {
    FirstRunFolder opened = new FirstRunFolder(folder);
    if (Files.notExists(folder)) {
      opened.create();
    }
    String earlier = opened.keep("run", plan.identity());
    if (!earlier.equals(plan.identity())) {
      throw new RefusedException(
          """
          %1$s belongs to a run with %2$s, and this one has %3$s.
          Its tables say what that FHIR server has. Start with the same, or delete it:
            rm -r %1$s"""
              .formatted(folder, earlier, plan.identity()));
    }
    return opened;
  }

  private void create() {
    try {
      Files.createDirectories(folder);
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text that an earlier run has stored under this name; the given one if none has. */
  String keep(String name, String text) {
    try {
      Path file = folder.resolve(name);
      if (Files.notExists(file)) {
        Files.writeString(file, text);
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path part(String name) {
    return folder.resolve(name);
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
