package org.vitalroutes.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.store.PersonalData.Query;

/** A JSON document of the rows of many tables, read from a cursor as far as it is written. */
final class ExportStream extends InputStream {

  private static final int ROWS_AT_ONCE = 200;
  private static final int CHUNK_CHARACTERS = 16_384;

  /** However slowly it is read, an export does not hold its connection for longer. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Connection connection;
  private final String subject;
  private final Iterator<Query> tables;
  private final Runnable atEnd;
  private final long deadline = System.nanoTime() + LONGEST.toNanos();
  private final StringBuilder text = new StringBuilder();

  private InputStream chunk = InputStream.nullInputStream();
  private @Nullable PreparedStatement statement;
  private @Nullable ResultSet rows;
  private boolean firstTable = true;
  private boolean firstRow = true;
  private boolean written;
  private boolean closed;

  ExportStream(
      Connection connection,
      Instant exportedAt,
      String subject,
      List<Query> tables,
      Runnable atEnd) {
    this.connection = connection;
    this.subject = subject;
    this.tables = tables.iterator();
    this.atEnd = atEnd;
    text.append("{\"exported_at\":\"").append(exportedAt).append("\",\"held\":{");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = chunk.read(bytes, offset, length);
    while (read < 0 && !written) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the export was read too slowly");
      }
      try {
        fill();
      } catch (SQLException e) {
        throw new IOException("the export could not be read on", e);
      }
      read = chunk.read(bytes, offset, length);
    }
    return read;
  }

  private void fill() throws SQLException {
    while (!written && text.length() < CHUNK_CHARACTERS) {
      if (rows == null) {
        openNext();
      } else if (rows.next()) {
        text.append(firstRow ? "" : ",").append(rows.getString(1));
        firstRow = false;
      } else {
        text.append(']');
        closeTable();
      }
    }
    chunk = new ByteArrayInputStream(text.toString().getBytes(UTF_8));
    text.setLength(0);
  }

  private void openNext() throws SQLException {
    if (!tables.hasNext()) {
      text.append("}}");
      written = true;
      return;
    }
    Query query = tables.next();
    text.append(firstTable ? "" : ",").append('"').append(query.table()).append("\":[");
    firstTable = false;
    firstRow = true;
    PreparedStatement opened = connection.prepareStatement(query.rows());
    statement = opened;
    opened.setFetchSize(ROWS_AT_ONCE);
    for (int i = 1; i <= query.subjects(); i++) {
      opened.setString(i, subject);
    }
    rows = opened.executeQuery();
  }

  private void closeTable() throws SQLException {
    if (statement != null) {
      statement.close();
    }
    statement = null;
    rows = null;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    written = true;
    chunk = InputStream.nullInputStream();
    atEnd.run();
    try (connection) {
      closeTable();
      connection.rollback();
    } catch (SQLException e) {
      throw new IOException("the export could not be closed", e);
    }
  }
}
