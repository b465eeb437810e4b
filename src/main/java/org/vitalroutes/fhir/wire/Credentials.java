package org.vitalroutes.fhir.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who we are to the FHIR server. */
public interface Credentials {

  /** Of a server that asks nobody. */
  Credentials NONE = () -> null;

  /** Always the same. */
  static Credentials of(String authorization) {
    return () -> authorization;
  }

  /**
   * The value of the header {@code Authorization}; null for none.
   *
   * @throws IOException when there is none to be had now
   */
  @Nullable String authorization() throws IOException;

  /**
   * Drops a value that the server has refused.
   *
   * @return whether the next one may be another
   */
  default boolean replace(String refused) {
    return false;
  }
}
