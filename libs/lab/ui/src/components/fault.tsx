/** What went wrong, in words; nothing where nothing did. */
export const Fault = ({ message }: { message: string | null }) =>
  message === null ? null : (
    <p class="fault" role="alert">
      {message}
    </p>
  );
