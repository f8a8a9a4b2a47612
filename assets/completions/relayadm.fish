# fish completion for relayadm.  The program itself answers what can stand where.

function __relayadm_complete
	set -l typed (commandline -opc)
	set -l token (commandline -ct)
	set -l word (string unescape -- $token 2>/dev/null)
	or set word $token
	set -e typed[1]
	set -l parts '' $word
	if string match -q -- '--*=*' $word
		set parts (string split -m 1 = -- $word)
		set parts[1] "$parts[1]="
	end
	for answer in (command relayadm __complete -- $typed "$word" 2>/dev/null)
		switch $answer
			case :files
				for path in (__fish_complete_path "$parts[2]")
					printf '%s%s\n' $parts[1] $path
				end
			case :folders
				for path in (__fish_complete_directories "$parts[2]" '')
					printf '%s%s\n' $parts[1] $path
				end
			case '*'
				printf '%s\n' $answer
		end
	end
end

complete -c relayadm -f -a '(__relayadm_complete)'
