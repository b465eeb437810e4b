package org.vitalroutes.fhir.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Authorization of the requests to the FHIR server. */
public interface Credentials {

  /** No authorization. */
  Credentials NONE = () -> null;

  /** A fixed value of the header {@code Authorization}. */
  static Credentials of(String authorization) {
    return () -> authorization;
  }

  /**
   * The value of the header {@code Authorization}; null for none.
   *
   * @throws IOException when no token can be obtained now
   */
  @Nullable String authorization() throws IOException;

  /**
   * Drops a value that the server has refused.
   *
   * @return whether {@link #authorization} may now return another value
   */
  default boolean replace(String refused) {
    return false;
  }
}
